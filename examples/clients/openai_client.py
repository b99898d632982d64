"""The official `openai` client of Python on a Streamseal gateway. One line changes: the base URL."""

import json
import os
import urllib.request
from urllib.parse import urljoin

from openai import OpenAI

client = OpenAI(
    base_url=os.environ.get("STREAMSEAL_BASE_URL", "http://localhost:8787/v1"),  # the one changed line
    api_key=os.environ.get("OPENAI_API_KEY", "none"),
)

stream = client.responses.create(
    model=os.environ.get("STREAMSEAL_MODEL", "demo"),
    input="Tell me something about tides.",
    stream=True,
)

answer = ""
seal = None
for event in stream:
    if event.type == "response.output_text.delta":
        print(event.delta, end="", flush=True)
        answer += event.delta
    # The seal's other half stands beside the text, where a client that does not know it passes it over.
    seal = (event.model_extra or {}).get("streamseal") or seal

# The text is sealed already: anyone can verify it, here by asking the gateway that issued it.
request = urllib.request.Request(
    urljoin(str(client.base_url), "/verify"),
    data=json.dumps({"text": answer}).encode(),
    headers={"content-type": "application/json"},
)
with urllib.request.urlopen(request) as response:
    report = json.load(response)
print(f"\n\n{report['status']}: stream {seal['stream_id']}, issued by {report['seals'][0]['claims']['issuer']}")
