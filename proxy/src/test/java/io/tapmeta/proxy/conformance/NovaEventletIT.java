package io.tapmeta.proxy.conformance;

import io.tapmeta.proxy.scenario.kit.Nova;
import io.tapmeta.proxy.scenario.kit.RealNova;

/** Nova behind its own server, which keeps connections. */
@RealNova
final class NovaEventletIT extends NovaRows {
  NovaEventletIT() {
    super(Nova.Server.EVENTLET);
  }
}
