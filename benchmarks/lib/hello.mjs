process.send("hello");
