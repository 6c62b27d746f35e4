/**
 * A chat as Socket.IO's own tutorial writes it (https://socket.io/docs/v4/tutorial/step-5): each message goes to everybody when it
 * comes. Argument: port.
 */
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http);
io.on("connection", (socket) => {
  socket.on("chat.send", (message: unknown) => io.emit("chat message", message));
});
http.listen(Number(process.argv[2]), "127.0.0.1");
