variable "size" {
  default = "large"
}

resource "terraform_data" "this" {
  triggers_replace = "z_override"
}
