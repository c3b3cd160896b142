"""The boundary to other people's data: what comes in is right, refused, or remarked on."""
