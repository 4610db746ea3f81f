variable "from_default" {
  default = "default"
}

variable "from_file" {
  default = "default"
}

variable "from_auto" {
  default = "default"
}

variable "from_environment" {
  default = "default"
}

variable "from_flag" {
  default = "default"
}

output "all" {
  value = [var.from_default, var.from_file, var.from_auto, var.from_environment, var.from_flag]
}
