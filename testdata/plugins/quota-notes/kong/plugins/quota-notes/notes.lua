local _M = {}

function _M.find(consumer)
  if not consumer then
    return nil
  end
  return kong.db.quota_notes:select({ id = consumer.id })
end

return _M
