"""Model card, datasheet and impact assessment, generated from the last run."""
