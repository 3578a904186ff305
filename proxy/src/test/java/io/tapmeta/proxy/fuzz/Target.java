package io.tapmeta.proxy.fuzz;

import io.tapmeta.proxy.document.CanonicalPathFuzz;
import io.tapmeta.proxy.document.EntityTagFuzz;
import io.tapmeta.proxy.document.JsonFuzz;
import io.tapmeta.proxy.http.GuestConnectionFuzz;
import io.tapmeta.proxy.http.RequestBodyFuzz;
import io.tapmeta.proxy.http.RequestHeadFuzz;
import io.tapmeta.proxy.kernel.LinkMessagesFuzz;
import io.tapmeta.proxy.token.TokenFuzz;
import io.tapmeta.proxy.upstream.AnswerDecoderFuzz;
import java.util.function.Consumer;

/** All that is fuzzed, in the order of their names, which are those of the corpus's folders too. */
enum Target {
  ANSWER_DECODER(AnswerDecoderFuzz::fuzzerTestOneInput),
  ATTACHMENT(AttachmentFuzz::fuzzerTestOneInput),
  CANONICAL_PATH(CanonicalPathFuzz::fuzzerTestOneInput),
  CONFIGURATION(ConfigurationFuzz::fuzzerTestOneInput),
  ENTITY_TAG(EntityTagFuzz::fuzzerTestOneInput),
  GUEST_CONNECTION(GuestConnectionFuzz::fuzzerTestOneInput),
  INSTANCE(InstanceFuzz::fuzzerTestOneInput),
  JSON(JsonFuzz::fuzzerTestOneInput),
  LINK_MESSAGES(LinkMessagesFuzz::fuzzerTestOneInput),
  REQUEST_BODY(RequestBodyFuzz::fuzzerTestOneInput),
  REQUEST_HEAD(RequestHeadFuzz::fuzzerTestOneInput),
  SAVED_SYN(SavedSynFuzz::fuzzerTestOneInput),
  TOKEN(TokenFuzz::fuzzerTestOneInput);

  private final Consumer<byte[]> method;

  Target(Consumer<byte[]> method) {
    this.method = method;
  }

  void take(byte[] input) {
    method.accept(input);
  }

  String folder() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
