return {
  name = "request-stamp",
  fields = {
    { config = {
        type = "record",
        fields = {
          { header = { type = "string", default = "X-Stamp" } },
        },
      },
    },
  },
}
