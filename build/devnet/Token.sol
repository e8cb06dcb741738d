// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// A token for the devnet. Anybody may mint. In `strictApprove` mode it behaves as the oldest stablecoin does: an allowance must be
/// reset to zero before it may change, and `approve`, `transfer` and `transferFrom` return nothing.
contract Token {
  string public name;
  string public symbol;
  uint8 public immutable decimals;
  bool public immutable strictApprove;
  uint256 public totalSupply;
  mapping(address => uint256) public balanceOf;
  mapping(address => mapping(address => uint256)) public allowance;

  event Transfer(address indexed from, address indexed to, uint256 value);
  event Approval(address indexed owner, address indexed spender, uint256 value);

  constructor(string memory name_, string memory symbol_, uint8 decimals_, bool strictApprove_) {
    name = name_;
    symbol = symbol_;
    decimals = decimals_;
    strictApprove = strictApprove_;
  }

  function mint(address to, uint256 value) external {
    totalSupply += value;
    balanceOf[to] += value;
    emit Transfer(address(0), to, value);
  }

  function approve(address spender, uint256 value) external returns (bool) {
    require(!strictApprove || value == 0 || allowance[msg.sender][spender] == 0, "approve: reset to zero first");
    allowance[msg.sender][spender] = value;
    emit Approval(msg.sender, spender, value);
    return done();
  }

  function transfer(address to, uint256 value) external returns (bool) {
    move(msg.sender, to, value);
    return done();
  }

  function transferFrom(address from, address to, uint256 value) external returns (bool) {
    uint256 allowed = allowance[from][msg.sender];
    require(allowed >= value, "transfer amount exceeds allowance");
    if (allowed != type(uint256).max) allowance[from][msg.sender] = allowed - value;
    move(from, to, value);
    return done();
  }

  function move(address from, address to, uint256 value) private {
    require(balanceOf[from] >= value, "transfer amount exceeds balance");
    unchecked {
      balanceOf[from] -= value;
      balanceOf[to] += value;
    }
    emit Transfer(from, to, value);
  }

  function done() private view returns (bool) {
    if (strictApprove) {
      assembly {
        return(0, 0)
      }
    }
    return true;
  }
}
