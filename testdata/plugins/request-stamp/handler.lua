local version = "0.3"

local RequestStamp = {}

RequestStamp.PRIORITY = -10
RequestStamp["VERSION"] = version

function RequestStamp:access(conf)
  kong.service.request.set_header(conf.header, ngx.now())
end

return RequestStamp
