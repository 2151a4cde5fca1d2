"""Runs moto's server with the three service setting operations, which moto lacks.

Usage: python3 moto_with_settings.py PORT. Roles are looked up in moto's own IAM.
"""

import sys
import time

from moto.core.responses import ActionResult, EmptyResult
from moto.iam.models import iam_backends
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from moto.ssm.exceptions import ValidationException
from moto.ssm.responses import SimpleSystemManagerResponse
from moto.core.exceptions import JsonRESTError

SETTING = "/ssm/managed-instance/default-ec2-instance-management-role"
settings = {}


class ServiceSettingNotFound(JsonRESTError):
    code = 400

    def __init__(self, setting):
        super().__init__("ServiceSettingNotFound", f"Setting {setting} not found.")


def locate(response):
    given = response._get_param("SettingId")
    prefix = f"arn:{response.partition}:ssm:{response.region}:{response.current_account}:servicesetting"
    if given.startswith("arn:") and not given.startswith(f"{prefix}/"):
        raise ValidationException(f"Invalid settingId : {given}.")
    setting = given[len(prefix):] if given.startswith("arn:") else given
    if setting != SETTING:
        raise ServiceSettingNotFound(setting)
    return (response.current_account, response.region), f"{prefix}{setting}"


def described(key, arn):
    value = settings.get(key)
    return ActionResult(
        {
            "ServiceSetting": {
                "SettingId": SETTING,
                "SettingValue": "$None" if value is None else value["value"],
                "Status": "Default" if value is None else "Customized",
                "LastModifiedUser": "System" if value is None else value["by"],
                "LastModifiedDate": 1676505600.0 if value is None else value["at"],
                "ARN": arn,
            }
        }
    )


def get_service_setting(self):
    return described(*locate(self))


def update_service_setting(self):
    key, _ = locate(self)
    value = self._get_param("SettingValue")
    roles = iam_backends[self.current_account][self.partition].get_roles()
    arn = f"arn:{self.partition}:iam::{self.current_account}:role/{value}"
    if not any(role.arn == arn for role in roles):
        raise ValidationException(
            f"Nonexistent role or missing ssm service principal in trust policy: {arn}"
        )
    settings[key] = {"value": value, "by": self.current_account, "at": time.time()}
    return EmptyResult()


def reset_service_setting(self):
    key, arn = locate(self)
    settings.pop(key, None)
    return described(key, arn)


for operation in (get_service_setting, update_service_setting, reset_service_setting):
    setattr(SimpleSystemManagerResponse, operation.__name__, operation)

server = ThreadedMotoServer(ip_address="127.0.0.1", port=int(sys.argv[1]), verbose=False)
server.start()
print("ready", flush=True)
try:
    while True:
        time.sleep(3600)
except KeyboardInterrupt:
    server.stop()
