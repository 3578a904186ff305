package io.tapmeta.proxy.doctor;

import io.tapmeta.proxy.config.Configuration;
import java.net.Inet6Address;
import java.nio.file.Path;

/**
 * Where the node has what is looked at.
 *
 * @param port the daemon's inside each namespace
 * @param ipv6 the daemon listens on IPv6 too
 * @param upstream there is one, for what has no documents here
 */
record Places(
    Path attachments, Path records, Path adminSocket, int port, boolean ipv6, boolean upstream) {
  static Places of(Configuration configuration) {
    return new Places(
        configuration.attachments().directory(),
        configuration.sources().directory(),
        configuration.admin().socket(),
        configuration.guest().port(),
        configuration.guest().addresses().stream().anyMatch(each -> each instanceof Inet6Address),
        configuration.upstream().isPresent());
  }
}
