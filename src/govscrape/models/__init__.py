"""The data contract (RECORDS): frozen pydantic models, one module per stage."""
