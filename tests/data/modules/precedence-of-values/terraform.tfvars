from_file = "terraform.tfvars"
from_auto = "terraform.tfvars"
from_flag = "terraform.tfvars"
