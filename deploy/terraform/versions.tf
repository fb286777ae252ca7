terraform {
  # check blocks need 1.5. `terraform test` of this module needs 1.7.
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40, < 7.0"
    }
  }
}
