"""Mostly asks for a model that there is, so that requests get further than its name."""
import schemathesis


@schemathesis.hook
def map_body(context, body):
    if isinstance(body, dict) and isinstance(body.get("model"), str) and len(body["model"]) % 4:
        body["model"] = "demo"
    return body
