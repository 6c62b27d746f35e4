#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "rtp/frame_info.h"

namespace sameroom {

// Reads dependency descriptors of one stream (RTP payload format for AV1, appendix A): frame numbers, and temporal layers
// by the template structure that came last.
class DependencyDescriptorReader {
 public:
  // Adds to `frame` what its payload did not tell. Only with `mayDefine` a template structure in it counts; packets that
  // come late do not bring an old one back.
  void read(const uint8_t* descriptor, size_t size, bool mayDefine, FrameInfo& frame);

 private:
  static constexpr size_t kMaxTemplates = 64;
  static constexpr size_t kMaxTargets = 32;
  class Bits;
  struct Template {
    uint8_t temporal;
    uint8_t spatial;
    uint8_t switchTo;  // highest temporal layer of a decode target that may be switched to here
  };

  bool readStructure(Bits& bits);

  size_t templates_ = 0;  // 0: no structure yet
  size_t targets_ = 0;
  uint8_t firstId_ = 0;
  std::array<Template, kMaxTemplates> template_;
  std::array<uint8_t, kMaxTargets> targetTemporal_;
};

}  // namespace sameroom
