-- plugins/common/text.lua
return {}
