// The store's operations on relays: connections whose bytes are handed in and taken out here, because the socket is
// someone else's. To the rest of the server a relay is a connection like any other.

export interface RelayOperations {
  /** Who is told of relays, by Relay...: after startTransport, before the first is opened. `bytes` may be taken. */
  setRelayListener(onRelay: (relay: number, event: number, bytes: number) => void): void;
  /**
   * Opens a relay for a peer and reports its connection with `onConnect`; the relay's number, which is not that of the
   * connection. `peer` and `local` as in ConnectionFacts; `fd` is only shown.
   */
  openRelay(peer: string, local: string, fd: number): number;
  /** Hands in what the peer sent; the bytes are copied. False: no more until RelayInput is told. */
  relayInput(relay: number, bytes: Uint8Array): boolean;
  /** The peer has ended its side: what it sent before is executed, and replied unless the peer is gone. */
  endRelay(relay: number, isGone: boolean): void;
  /** Takes output; how many bytes. They count as waiting until relaySent. */
  takeRelayOutput(relay: number, into: Uint8Array): number;
  /** What was taken has left; how many bytes may be taken next. */
  relaySent(relay: number): number;
  /** Null if listenTcp would succeed at this moment, else the name of the system's error. */
  probeTcp(address: string, port: number, ipv6Only: boolean): string | null;
}
