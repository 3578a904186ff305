package io.tapmeta.proxy.document;

import java.util.Locale;

/** The trees of documents, as metrics tell them apart. */
public enum Api {
  OPENSTACK,
  EC2,
  NOCLOUD,
  OTHER;

  /** The label's value. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
