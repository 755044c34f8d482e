"""The table of all ops and their cases."""

from tests.ops.array_cases import ARRAY_CASES
from tests.ops.elementwise_cases import ELEMENTWISE_CASES
from tests.ops.network_cases import NETWORK_CASES

CASES = ARRAY_CASES | ELEMENTWISE_CASES | NETWORK_CASES
