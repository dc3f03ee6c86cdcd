"""Checks answers of the API against its OpenAPI 3.1 document.

openapi_answers.py DOCUMENT ANSWERS: each line of ANSWERS is {"method", "path", "status", "content_type", "body"} with
the path as the document has it. Prints what does not fit and exits with 1. A member that the document does not name is
a fault too, unless its object says additionalProperties."""
import json
import sys

from jsonschema import Draft202012Validator


def close(schema):
    """Objects have no other members than those that are described."""
    if isinstance(schema, list):
        for part in schema:
            close(part)
    if not isinstance(schema, dict):
        return
    if "properties" in schema and "allOf" not in schema:
        schema.setdefault("additionalProperties", False)
    for part in schema.values():
        close(part)


def schema_of(document, answer):
    """The schema of the answer's body; None where there is nothing to check it by."""
    responses = document["paths"][answer["path"]][answer["method"].lower()]["responses"]
    status = str(answer["status"])
    response = responses.get(status, responses.get("default"))
    if response is None:
        raise ValueError("status " + status + " is not described")
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    content = response.get("content")
    if not answer["body"]:
        return None
    kind = answer["content_type"].split(";")[0]
    if content is None or kind not in content:
        raise ValueError(kind + " of status " + status + " is not described")
    return content[kind].get("schema")


def faults_of(document, answer):
    try:
        schema = schema_of(document, answer)
    except (KeyError, ValueError) as fault:
        return [str(fault)]
    if schema is None or "json" not in answer["content_type"]:
        return []
    whole = {"allOf": [schema], "components": document["components"]}
    faults = Draft202012Validator(whole).iter_errors(json.loads(answer["body"]))
    return ["/".join(map(str, fault.absolute_path)) + ": " + fault.message[:300] for fault in faults]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    close(document["components"]["schemas"])
    close(document["components"]["responses"])
    close(document["paths"])
    bad = 0
    with open(sys.argv[2], encoding="utf-8") as answers:
        for line in answers:
            answer = json.loads(line)
            for fault in faults_of(document, answer):
                bad += 1
                print(answer["method"], answer["path"], answer["status"], fault)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
