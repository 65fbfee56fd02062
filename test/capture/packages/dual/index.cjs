exports.form = () => "dual";
