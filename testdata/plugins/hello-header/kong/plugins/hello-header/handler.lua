local HelloHeader = {
  PRIORITY = 1000,
  VERSION = "1.2.0",
}

function HelloHeader:header_filter(conf)
  kong.response.set_header(conf.header_name, conf.greeting)
end

return HelloHeader
