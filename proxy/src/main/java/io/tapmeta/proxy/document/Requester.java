package io.tapmeta.proxy.document;

/** Who asks, as far as a document may depend on it beyond the record. */
@FunctionalInterface
public interface Requester {
  /** The source address of the connection, without a zone. */
  String address();
}
