"""The life of an instance: one customer's running use of what one order line bought."""

from __future__ import annotations

from qsmo.kernel.flow import Flow, Move

SETTLE = "instance.settle"

INSTANCE = Flow(
    "subscription",
    "requested",
    (
        Move("approve", ("requested",), "approved", "instance.approve"),
        Move("provision", ("approved",), "provisioning", "instance.run"),
        Move("succeed", ("provisioning",), "active", SETTLE),
        Move("fail", ("provisioning",), "failed", SETTLE),
        Move("retry", ("failed",), "provisioning", "instance.run"),
        Move("suspend", ("active",), "suspended", "instance.suspend"),
        Move("resume", ("suspended",), "active", "instance.suspend"),
        Move("change", ("active",), "updating", "instance.change"),
        Move("changed", ("updating",), "active", SETTLE),
        Move("change_failed", ("updating",), "active", SETTLE),
        Move("leave", ("active", "suspended"), "exiting", "instance.leave"),
        Move("stay", ("exiting",), "active", "instance.leave"),
        Move("exported", ("exiting",), "deprovisioning", SETTLE),
        Move("end", ("deprovisioning",), "ended", SETTLE),
        Move("abandon", ("requested", "approved", "failed"), "abandoned", "instance.abandon"),
    ),
)

STORY = ("requested", "approved", "provisioning", "active", "exiting", "deprovisioning", "ended")
OVER = ("ended", "abandoned")
