#include "rtp/dependency_descriptor.h"

#include <algorithm>

#include "bytes.h"

namespace sameroom {
namespace {

constexpr size_t kMandatoryBytes = 3;
// Decode target indications (appendix A.8.3): not present, discardable, switch, required.
constexpr uint32_t kNotPresent = 0, kSwitch = 2;
enum NextLayer : uint32_t { kSame, kNextTemporal, kNextSpatial, kNoMore };

}  // namespace

class DependencyDescriptorReader::Bits {
 public:
  Bits(const uint8_t* data, size_t size) : data_(data), left_(size * 8) {}
  // Beyond the end: zeros, and `ok()` is false.
  uint32_t take(size_t count) {
    uint32_t out = 0;
    for (; count > 0; --count) {
      out <<= 1;
      if (left_ == 0) {
        ok_ = false;
        continue;
      }
      out |= (data_[at_ / 8] >> (7 - at_ % 8)) & 1u;
      ++at_;
      --left_;
    }
    return out;
  }
  bool ok() const { return ok_; }

 private:
  const uint8_t* data_;
  size_t left_;
  size_t at_ = 0;
  bool ok_ = true;
};

void DependencyDescriptorReader::read(const uint8_t* d, size_t size, bool mayDefine, FrameInfo& frame) {
  if (size < kMandatoryBytes) return;
  frame.hasFrameNumber = true;
  frame.frameNumber = readU16(d + 1);
  Bits bits(d + kMandatoryBytes, size - kMandatoryBytes);
  const bool structure = bits.take(1) != 0;
  const bool activeTargets = bits.take(1) != 0;
  const bool customIndications = bits.take(1) != 0;
  bits.take(2);
  if (structure && mayDefine && !readStructure(bits)) templates_ = 0;

  const size_t index = (static_cast<size_t>(d[0] & 0x3f) + kMaxTemplates - firstId_) % kMaxTemplates;
  if (index >= templates_) return;
  const Template& used = template_[index];
  if ((d[0] & 0x80) != 0 && used.spatial == 0) frame.start = true;
  if (frame.temporalLayer >= 0) return;
  frame.temporalLayer = static_cast<int8_t>(used.temporal);
  uint8_t switchTo = used.switchTo;
  if (customIndications && !structure) {
    if (activeTargets) bits.take(targets_);
    switchTo = 0;
    for (size_t target = 0; target < targets_; ++target) {
      if (bits.take(2) == kSwitch) switchTo = std::max(switchTo, targetTemporal_[target]);
    }
    if (!bits.ok()) switchTo = 0;
  }
  if (frame.freeTo >= switchTo) return;
  frame.freeFrom = used.temporal;
  frame.freeTo = switchTo;
}

bool DependencyDescriptorReader::readStructure(Bits& bits) {
  firstId_ = static_cast<uint8_t>(bits.take(6));
  targets_ = bits.take(5) + 1;
  templates_ = 0;
  uint8_t temporal = 0;
  uint8_t spatial = 0;
  for (uint32_t next = kSame; next != kNoMore;) {
    if (templates_ == kMaxTemplates) return false;
    template_[templates_++] = {temporal, spatial, 0};
    next = bits.take(2);
    if (!bits.ok()) return false;
    if (next == kNextTemporal) ++temporal;
    if (next == kNextSpatial) {
      temporal = 0;
      ++spatial;
    }
    if (temporal > kAllTemporalLayers) return false;
  }
  std::array<std::array<bool, kMaxTargets>, kMaxTemplates> switches{};
  targetTemporal_.fill(0);
  for (size_t i = 0; i < templates_; ++i) {
    for (size_t target = 0; target < targets_; ++target) {
      const uint32_t indication = bits.take(2);
      switches[i][target] = indication == kSwitch;
      if (indication != kNotPresent) targetTemporal_[target] = std::max(targetTemporal_[target], template_[i].temporal);
    }
  }
  for (size_t i = 0; i < templates_; ++i) {
    for (size_t target = 0; target < targets_; ++target) {
      if (switches[i][target]) template_[i].switchTo = std::max(template_[i].switchTo, targetTemporal_[target]);
    }
  }
  return bits.ok();
}

}  // namespace sameroom
