// Persisting: what commands may ask of the part of the server that keeps data on the disk (src/persistence).

export interface Persisting {
  /** Whether data is being loaded. */
  readonly isLoading: boolean;
}
