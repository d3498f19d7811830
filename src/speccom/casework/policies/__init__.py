"""The register of policies: what cases published, as far as it holds now and as it did before."""
