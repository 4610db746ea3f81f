from_flag = "late.tfvars"
