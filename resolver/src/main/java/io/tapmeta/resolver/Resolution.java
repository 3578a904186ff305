package io.tapmeta.resolver;

import io.tapmeta.resolver.instance.Port;

/** The answer to who is behind an ingress: exactly one port of one instance, or a reason why not. */
public sealed interface Resolution {
  /** One port claims the ingress. */
  record Found(InstanceRecord record, Port port) implements Resolution {}

  /** No record claims it. */
  record Unknown() implements Resolution {}

  /** Several ports claim it; none is answered. */
  record Ambiguous() implements Resolution {}

  /** Some source was not read yet: nobody can say. */
  record NotReady() implements Resolution {}

  Resolution UNKNOWN = new Unknown();
  Resolution AMBIGUOUS = new Ambiguous();
  Resolution NOT_READY = new NotReady();
}
