package io.tapmeta.proxy.doctor;

/** A fact that could not be had: its message is what to say of the step. */
final class Unseen extends Exception {
  private static final long serialVersionUID = 1L;

  Unseen(String why) {
    super(why);
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
