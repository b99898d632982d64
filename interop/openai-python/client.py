"""What the Python client of OpenAI makes of a Streamseal gateway. Prints a JSON object with a member for each case."""

import asyncio
import json
import os

import openai
from openai import AsyncOpenAI, OpenAI

options = {"base_url": os.environ["STREAMSEAL_BASE_URL"], "api_key": "none", "max_retries": 0}
client = OpenAI(**options)
question = [{"role": "user", "content": "Tell me something about tides."}]
usage = {"include_usage": True}


def summed(chunks):
    """A stream's text, and what else its chunks said."""
    found = {"text": "", "arguments": "", "finish": None, "usage": None, "seal": None}
    for chunk in chunks:
        found["usage"] = chunk.usage.model_dump() if chunk.usage else found["usage"]
        found["seal"] = (chunk.model_extra or {}).get("streamseal") or found["seal"]
        for choice in chunk.choices:
            found["text"] += choice.delta.content or ""
            for call in choice.delta.tool_calls or []:
                found["arguments"] += call.function.arguments or ""
            found["finish"] = choice.finish_reason or found["finish"]
    return found


def streamed(model):
    create = client.chat.completions.create
    return summed(create(model=model, messages=question, stream=True, stream_options=usage))


async def asynchronous():
    async with AsyncOpenAI(**options) as asking:
        create = asking.chat.completions.create
        stream = await create(model="gpt-test", messages=question, stream=True, stream_options=usage)
        return summed([chunk async for chunk in stream])


def with_helper():
    """The client's own accumulator refuses streams without a finish reason."""
    with client.chat.completions.stream(model="gpt-test", messages=question) as stream:
        deltas = [event.delta for event in stream if event.type == "content.delta"]
        whole = stream.get_final_completion().choices[0].message.content
    return {"text": "".join(deltas), "whole": whole}


def whole():
    completion = client.chat.completions.create(model="gpt-test", messages=question)
    choice = completion.choices[0]
    return {
        "text": choice.message.content,
        "finish": choice.finish_reason,
        "seal": (completion.model_extra or {}).get("streamseal"),
    }


def responses():
    """Any model's answer, sealed; what repeats the text, and what stands beside it."""
    found = {"text": "", "types": [], "whole": None, "seal": None}
    for event in client.responses.create(model="gpt-test", input="Hello", stream=True):
        found["types"].append(event.type)
        found["text"] += event.delta if event.type == "response.output_text.delta" else ""
        found["whole"] = event.response.output_text if event.type == "response.completed" else None
        found["seal"] = (event.model_extra or {}).get("streamseal") or found["seal"]
    return found


def passed():
    """Unsealed, byte for byte, where the client asks for that."""
    headers = {"Streamseal-Seal": "off"}
    stream = client.responses.create(model="gpt-test", input="Hello", stream=True, extra_headers=headers)
    return [event.type for event in stream]


def failure(model):
    """What came before the failure, and the client's own error."""
    text = ""
    try:
        stream = client.chat.completions.create(model=model, messages=question, stream=True)
        for chunk in stream:
            text += chunk.choices[0].delta.content or "" if chunk.choices else ""
    except openai.APIError as error:
        status = getattr(error, "status_code", None)
        return {"text": text, "error": type(error).__name__, "status": status, "code": error.code}
    return {"text": text, "error": None}


def left():
    """A reader that goes away in the middle."""
    with client.chat.completions.create(model="gpt-endless", messages=question, stream=True) as stream:
        for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                return chunk.choices[0].delta.content


print(
    json.dumps(
        {
            "version": openai.__version__,
            "models": sorted(model.id for model in client.models.list()),
            "streamed": streamed("gpt-test"),
            "asynchronous": asyncio.run(asynchronous()),
            "helper": with_helper(),
            "whole": whole(),
            "tools": streamed("gpt-tools"),
            "responses": responses(),
            "passed": passed(),
            "busy": failure("gpt-busy"),
            "broken": failure("gpt-broken"),
            "cut": failure("gpt-cut"),
            "left": left(),
        }
    )
)
