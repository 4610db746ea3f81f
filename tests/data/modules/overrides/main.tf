variable "size" {
  default = "small"
}

locals {
  colour = "red"
  shape  = "round"
}

resource "terraform_data" "this" {
  input            = "${var.size} ${local.colour} ${local.shape}"
  triggers_replace = "main"
}
