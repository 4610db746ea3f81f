from_auto = "a.auto.tfvars"
