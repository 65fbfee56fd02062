const os = require("os");
module.exports = { deep: { value: 40, eol: () => os.EOL } };
