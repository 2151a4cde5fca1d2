"""Calls stack set operations with boto3 at the endpoint of the environment. Prints the results as JSON.

Usage: python3 stack_sets.py UNIT ACCOUNT ACCOUNT ROLE_TEMPLATE. With `make` for UNIT, the organization is made first.
"""

import json
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

unit, one, two, template = sys.argv[1:]
once = Config(retries={"max_attempts": 1})
cloudformation = boto3.client("cloudformation", config=once)
NAME = "compared"
REGION = "us-east-1"


def make_organization():
    organizations = boto3.client("organizations", config=once)
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    made = organizations.create_organizational_unit(ParentId=root, Name="Prod")
    ids = []
    for name in ("One", "Two"):
        created = organizations.create_account(Email=f"{name}@example.com", AccountName=name)
        ids.append(created["CreateAccountStatus"]["AccountId"])
        organizations.move_account(
            AccountId=ids[-1],
            SourceParentId=root,
            DestinationParentId=made["OrganizationalUnit"]["Id"],
        )
    return made["OrganizationalUnit"]["Id"], *ids


if unit == "make":
    unit, one, two = make_organization()

found = {}


def step(name, call):
    """Returns the result of the call, or the code of its error."""
    try:
        found[name] = call()
    except ClientError as error:
        found[name] = error.response["Error"]["Code"]
    except Exception as error:  # A response that boto3 cannot parse.
        found[name] = f"unreadable: {type(error).__name__}"


def operations():
    listed = cloudformation.list_stack_set_operations(StackSetName=NAME)
    return sorted(entry["Action"] for entry in listed["Summaries"])


def ended(operation):
    """Waits for the operation to end and returns it."""
    for _ in range(60):
        got = cloudformation.describe_stack_set_operation(StackSetName=NAME, OperationId=operation)
        status = got["StackSetOperation"]["Status"]
        if status not in ("QUEUED", "RUNNING", "STOPPING"):
            return [got["StackSetOperation"]["Action"], status]
        time.sleep(0.2)
    return "does not end"


def instances():
    listed = cloudformation.list_stack_instances(StackSetName=NAME)
    return sorted([entry["Account"], entry["Region"], entry["Status"]] for entry in listed["Summaries"])


def named(rows):
    return sorted([{one: "one", two: "two"}.get(value, value) for value in row] for row in rows)


def described():
    got = cloudformation.describe_stack_set(StackSetName=NAME)["StackSet"]
    return {
        **{key: got.get(key) for key in ("StackSetName", "Status", "PermissionModel")},
        "Tags": got.get("Tags"),
        "AutoDeployment": got.get("AutoDeployment"),
        "hasArn": got.get("StackSetARN", "").split(":stackset/")[-1].startswith(f"{NAME}:"),
        "hasTemplate": "DhmcRole" in json.dumps(got.get("TemplateBody")),
    }


def role_in(account):
    session = boto3.client("sts", config=once).assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole",
        RoleSessionName="compared",
    )["Credentials"]
    iam = boto3.client(
        "iam",
        config=once,
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )
    name = "AWSSystemsManagerDefaultEC2InstanceManagementRole"
    role = iam.get_role(RoleName=name)["Role"]
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    return [role["Path"], *(policy["PolicyName"] for policy in attached)]


targets = {"OrganizationalUnitIds": [unit]}
made = {}


def create(name=NAME):
    answer = cloudformation.create_stack_set(
        StackSetName=name,
        TemplateBody=template,
        Capabilities=["CAPABILITY_NAMED_IAM"],
        PermissionModel="SERVICE_MANAGED",
        AutoDeployment={"Enabled": True, "RetainStacksOnAccountRemoval": True},
        Tags=[{"Key": "team", "Value": "one"}],
    )
    return answer["StackSetId"].startswith(f"{name}:")


def deploy():
    answer = cloudformation.create_stack_instances(
        StackSetName=NAME,
        DeploymentTargets=targets,
        Regions=[REGION],
        OperationPreferences={"MaxConcurrentPercentage": 100, "FailureTolerancePercentage": 100},
        OperationId="compare-1",
    )
    made["deploy"] = answer["OperationId"]
    return made["deploy"] == "compare-1"


def update():
    answer = cloudformation.update_stack_set(
        StackSetName=NAME,
        UsePreviousTemplate=True,
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Description="Changed",
        OperationId="compare-2",
    )
    return answer["OperationId"]


def remove(operation, **accounts):
    answer = cloudformation.delete_stack_instances(
        StackSetName=NAME,
        Regions=[REGION],
        RetainStacks=False,
        OperationId=operation,
        **accounts,
    )
    made["remove"] = answer["OperationId"]
    return made["remove"] == operation


step("create a set", create)
step("a name that cannot be", lambda: create("1.set"))
step("describe it", described)
step("list sets", lambda: [entry["StackSetName"] for entry in cloudformation.list_stack_sets()["Summaries"]])
step("describe another", lambda: cloudformation.describe_stack_set(StackSetName="other"))
step("create instances", deploy)
step("its operation ends", lambda: ended(made["deploy"]))
step("its results", lambda: named(sorted(
    [entry["Account"], entry["Region"], entry["Status"]]
    for entry in cloudformation.list_stack_set_operation_results(
        StackSetName=NAME, OperationId=made["deploy"]
    )["Summaries"]
)))
step("instances", lambda: named(instances()))
step("describe an instance", lambda: cloudformation.describe_stack_instance(
    StackSetName=NAME, StackInstanceAccount=one, StackInstanceRegion=REGION
)["StackInstance"]["Status"])
step("describe another instance", lambda: cloudformation.describe_stack_instance(
    StackSetName=NAME, StackInstanceAccount="999999999999", StackInstanceRegion=REGION
))
step("the role in an account", lambda: role_in(one))
step("delete the set with instances", lambda: "ResponseMetadata" in cloudformation.delete_stack_set(StackSetName=NAME))
step("update the set", update)
step("the update ends", lambda: ended("compare-2"))
step("operations", operations)
step("describe another operation", lambda: cloudformation.describe_stack_set_operation(
    StackSetName=NAME, OperationId="compare-9"
))
step("stop what has ended", lambda: cloudformation.stop_stack_set_operation(
    StackSetName=NAME, OperationId=made["deploy"]
))
step("targets of automatic deployment", lambda: [
    entry["OrganizationalUnitId"] == unit
    for entry in cloudformation.list_stack_set_auto_deployment_targets(StackSetName=NAME)["Summaries"]
])
step("trusted access", lambda: cloudformation.describe_organizations_access()["Status"])
step("delete instances by unit", lambda: remove("compare-3", DeploymentTargets=targets))
step("that ends", lambda: ended(made["remove"]))
step("instances left", lambda: named(instances()))
step("the role once its stack is gone", lambda: role_in(one))
if found["instances left"] != []:
    remove("compare-4", Accounts=[one, two])
step("delete the empty set", lambda: "ResponseMetadata" in cloudformation.delete_stack_set(StackSetName=NAME))
step("sets that are left", lambda: [
    entry["StackSetName"]
    for entry in cloudformation.list_stack_sets(Status="ACTIVE")["Summaries"]
])
step("create a set of another name", lambda: create("again"))
step("create it again", lambda: create("again"))
print(json.dumps(found, indent=1, default=str))
