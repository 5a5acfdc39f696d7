// What Discord's client is to an Activity that it frames: answers to its SDK, over postMessage.
// docs: https://docs.discord.com/developers/developer-tools/embedded-app-sdk
const [HANDSHAKE, FRAME, CLOSE] = [0, 1, 2];
const CONFIG = { api_endpoint: "//discord.com/api", environment: "production", cdn_host: "cdn.discordapp.com" };

/** An error as the SDK gets it: a code of Discord's RPC, and words. */
export const rpcError = (code, message) => Object.assign(new Error(message), { code });

/**
 * Answer the Activity in a frame. client: the application's id; origin: of the Activity's page;
 * id: of the frame, as its address has it. authorize and authenticate: what those commands answer,
 * or throw. heard: told of each command. Returns how to stop.
 */
export function answer(frame, { client, origin, id, authorize, authenticate, heard = () => {} }) {
  const answers = {
    AUTHORIZE: ({ client_id, scope }) => {
      if (client_id !== client || scope.join() !== "identify") throw rpcError(4000, "not what was agreed");
      return authorize();
    },
    AUTHENTICATE: ({ access_token }) => authenticate(access_token),
    SUBSCRIBE: (_, evt) => ({ evt }),
  };
  async function hear({ data, origin: from, source }) {
    if (from !== origin || source !== frame.contentWindow || !Array.isArray(data)) return;
    const [opcode, said] = data;
    const reply = (body) => source.postMessage([FRAME, body], origin);
    if (opcode === HANDSHAKE) {
      heard("HANDSHAKE");
      const known = said.client_id === client && said.frame_id === id && said.sdk_version;
      if (!known) return source.postMessage([CLOSE, { code: 4000 }], origin);
      reply({ cmd: "DISPATCH", evt: "READY", nonce: null, data: { v: 1, config: CONFIG } });
    } else if (opcode === FRAME) {
      heard(said.cmd);
      try {
        if (!Object.hasOwn(answers, said.cmd)) throw rpcError(4002, `no command ${said.cmd}`);
        reply({ cmd: said.cmd, evt: null, nonce: said.nonce, data: await answers[said.cmd](said.args, said.evt) });
      } catch (error) {
        reply({ cmd: said.cmd, evt: "ERROR", nonce: said.nonce, data: { code: error.code ?? 1000, message: String(error.message) } });
      }
    }
  }
  addEventListener("message", hear);
  return () => removeEventListener("message", hear);
}
