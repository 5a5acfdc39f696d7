// What this tab knows: people, channels, commands, and the messages of channels it has read.

export const state = {
  me: null,
  bot: null,
  botWakes: false, // it is on its way
  secret: null,
  guild: "",
  here: null, // the id of the open channel
  people: new Map(),
  roles: new Map(),
  channels: new Map(),
  commands: {}, // channel id -> commands
  messages: new Map(), // channel id -> Map of id -> message
  unread: new Map(), // channel id -> true when someone mentioned me, else false
  waiting: new Set(), // interactions this tab asked and that are not answered yet
};

export const person = (id) => state.people.get(id) ?? { id, name: "someone", bot: false, here: false };

export const channel = (id) => state.channels.get(id);

export function channelTitle(item) {
  if (!item) return "";
  if (item.type === 1 || item.type === 3) return `@ ${item.name}`;
  return item.type === 11 || item.type === 12 ? `⌇ ${item.name}` : `# ${item.name}`;
}

/** Commands that can be called in a channel, of a kind: 1 slash, 2 on people, 3 on messages. */
export function commandsIn(id, kind) {
  return (state.commands[id] ?? []).filter((command) => command.type === kind);
}

/** Keep a message; ids grow with time, so order by id is order of sending. */
export function keepMessage(message) {
  const kept = state.messages.get(message.channel_id);
  if (!kept) return;
  kept.set(message.id, message);
}
