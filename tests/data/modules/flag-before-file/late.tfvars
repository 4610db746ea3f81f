x = "late.tfvars"
