"""Judges many templates in one process: the imports alone take longer than the work on a template.

usage: judge_templates.py translate|lint TEMPLATE...

Prints a JSON object a line: {"file", "problem"}, or for `translate` {"file", "translated"} where SAM's transform finds nothing wrong.
"""

import json
import sys

from translate_template import translate

# Any region with all services; nothing is called there.
REGION = "us-east-1"


def first_lint(translated):
    from cfnlint.api import lint

    matches = lint(json.dumps(translated), regions=[REGION])
    return f"{matches[0].rule.id} {matches[0].message}" if matches else None


def main(what, *paths):
    for path in paths:
        answer = {"file": path, "problem": None}
        try:
            translated = translate(path)
            if what == "lint":
                answer["problem"] = first_lint(translated)
            else:
                answer["translated"] = translated
        except Exception as error:  # whatever the transform trips over is its verdict
            text = " ".join(str(error).split())
            answer["problem"] = f"SAM: {type(error).__name__} {text}"[:300]
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
