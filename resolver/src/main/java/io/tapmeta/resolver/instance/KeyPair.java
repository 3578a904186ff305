package io.tapmeta.resolver.instance;

/**
 * A key pair's public half.
 *
 * @param type {@code ssh} or {@code x509}
 * @param data the key's text, a final line feed included where there is one
 */
public record KeyPair(String name, String type, String data) {}
