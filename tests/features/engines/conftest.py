"""One Spark for the whole test session, on this machine alone; without Java its tests skip."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


SMALL = {  # on a few thousand rows Spark's time goes into planning and compiling
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java: install a JRE 17 or 21 (such as openjdk-17-jre-headless)")
    pytest.importorskip("pyspark", reason="install the extra: huyula[spark]")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas >= 3")
        from features import engines

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(engines, "LOCAL_SPARK", {**engines.LOCAL_SPARK, **SMALL})
            session = engines.spark_session()
        session.sparkContext.setLogLevel("ERROR")
        yield session
        session.stop()
