"""Translates a SAM template as CloudFormation does on deployment, so that cfn-lint sees what is really created.

usage: translate_template.py TEMPLATE OUTPUT
"""

import json
import sys

from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator


def translate(template_path):
    with open(template_path, encoding="utf-8") as template:
        document = yaml_parse(template.read())
    for resource in document["Resources"].values():
        # The translator wants a packaged artefact; which one makes no difference to the checks.
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    if "CodeUri" in document.get("Globals", {}).get("Function", {}):
        del document["Globals"]["Function"]["CodeUri"]
    return Translator({}, Parser()).translate(sam_template=document, parameter_values={})


def main(template_path, output_path):
    with open(output_path, "w", encoding="utf-8") as output:
        json.dump(translate(template_path), output, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
