package io.tapmeta.proxy.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Where the addresses of endpoints come from. */
@FunctionalInterface
interface NameService {
  /** The system's resolver. */
  NameService SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  /** All addresses of a host, the best one first; may block. */
  List<InetAddress> addresses(String host) throws UnknownHostException;
}
