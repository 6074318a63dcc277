import { type ChildProcess, spawn } from 'node:child_process';

/** A message of the protocol, as far as tests look at it. */
export interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A language server as a process, spoken to over its standard input and output. */
export interface ServerProcess {
  /** Asks and waits for the answer. */
  ask(method: string, params: unknown): Promise<Message>;
  tell(method: string, params: unknown): void;
  /** Writes bytes as they are, for what no editor would send. */
  write(text: string): void;
  /** Waits for a message of the server that fits; those that came before count too, each once. */
  wait(fits: (message: Message) => boolean): Promise<Message>;
  /** Ends the session as editors do; gives the exit code. */
  end(): Promise<number | null>;
  /** The exit code, once the process has ended. */
  readonly exited: Promise<number | null>;
  readonly child: ChildProcess;
}

/** Starts a server. */
export function startServer(cli: string): ServerProcess {
  const child = spawn(process.execPath, [cli, 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const inbox: Message[] = [];
  const waiting: { fits: (message: Message) => boolean; resolve: (message: Message) => void }[] = [];
  const exited = new Promise<number | null>((resolve) => void child.once('exit', resolve));
  onMessages(child, (message) => {
    const index = waiting.findIndex(({ fits }) => fits(message));
    if (index < 0) inbox.push(message);
    else waiting.splice(index, 1)[0]?.resolve(message);
  });
  const write = (text: string): void => void child.stdin.write(text);
  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    write(`Content-Length: ${String(Buffer.byteLength(text))}\r\n\r\n${text}`);
  };
  const wait = async (fits: (message: Message) => boolean): Promise<Message> => {
    const index = inbox.findIndex(fits);
    const [found] = index < 0 ? [] : inbox.splice(index, 1);
    if (found) return found;
    const lost = exited.then((code) => Promise.reject<Message>(new Error(`the server ended with ${String(code)}`)));
    return Promise.race([new Promise<Message>((resolve) => void waiting.push({ fits, resolve })), lost]);
  };
  let lastId = 0;
  const ask = (method: string, params: unknown): Promise<Message> => {
    lastId += 1;
    const id = lastId;
    send({ id, method, params });
    return wait((message) => message.id === id && message.method === undefined);
  };
  return {
    ask,
    tell: (method, params) => send({ method, params }),
    write,
    wait,
    end: async () => {
      await ask('shutdown', null);
      send({ method: 'exit' });
      return exited;
    },
    exited,
    child,
  };
}

function onMessages(child: ChildProcess, receive: (message: Message) => void): void {
  let buffer = Buffer.alloc(0);
  child.stdout?.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const head = buffer.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, Math.max(0, head)).toString())?.[1]);
      if (head < 0 || buffer.length < head + 4 + length) return;
      const message: unknown = JSON.parse(buffer.subarray(head + 4, head + 4 + length).toString());
      buffer = buffer.subarray(head + 4 + length);
      if (isMessage(message)) receive(message);
    }
  });
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'jsonrpc' in value;
}
