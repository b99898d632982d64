"""Mostly asks for a model that there is, so that requests get further than its name."""
import schemathesis


@schemathesis.hook
def map_body(context, body):
    # A name that the schema forbids stays: that it is refused is what is tried.
    model = body.get("model") if isinstance(body, dict) else None
    if isinstance(model, str) and 1 <= len(model) <= 256 and len(model) % 4:
        body["model"] = "demo"
    return body
