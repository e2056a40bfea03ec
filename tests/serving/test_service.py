def test_first(client):
    r = client.post("/v1/recommendations", json={"people":[{"employee_id":"e1"}]})
    print(r.status_code, r.headers, r.text)
    for p in ["/readyz","/livez","/metrics","/docs.json","/schema.json","/","/healthz","/static_content/x"]:
        r = client.get(p); print(p, r.status_code, r.text[:200], dict(r.headers))
    assert 0
